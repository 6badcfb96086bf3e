"""From the watched folder to the store and the ledger."""
