"""Blocks that judges share: bytes of equal size in files, by a key of what they were made of.

A store is a folder of such files, with a bound on their size together. Judges of several runs read
and write it at the same time. Whatever is missing or damaged there is computed again, so a store
decides how long grading takes, and no result. No process that runs student code can reach it.
"""
