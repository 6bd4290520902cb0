"""The operator's desk: what is new, each story and article with its reasons, watchlists, feeds, mail, health.

request -> asking.read -> door (who asks?) -> a page of the desk -> store -> sheets
"""
