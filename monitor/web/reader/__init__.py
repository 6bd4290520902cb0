"""A subscriber's own pages: choices, past mails, judgements, leaving and signing up, without an account.

    mail link -> asking.read -> one of leaving, choices, archive, judging, signup -> store -> frame.page

The token in an address is the key to its pages. There is no cookie, so no other site can act in a reader's name, and
the forms need no second token. GET changes nothing; every page works without a script.
"""
