"""What people ask and decide: reports, queue, numbers, accounts, search, exports, status."""
