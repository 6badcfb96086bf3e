"""What the words say of two figures is read here, and only here.

statements.py puts them together. Each other module reads one kind of wording and gives relations
(of model.py); none judges whether the figures agree: that is the audit's arithmetic. Where the
words leave open which figures they mean, kind, indicator and size choose.
"""
