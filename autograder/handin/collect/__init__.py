"""Collecting: hand-ins of many sources become `<student>/<assignment>`, every attempt kept, with
when it came.
"""
