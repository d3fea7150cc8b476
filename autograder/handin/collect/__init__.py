"""Collecting: hand-ins of LMSs, clones and folders become `<student>/<assignment>`.

`collect.collect` runs it. `sources` reads what an LMS or a folder holds, `identity` finds the
student of each hand-in, `store` keeps every attempt, and `ledger` is the file `collected.yml`.
"""
