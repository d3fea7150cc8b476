# ends: test_pair[0] passed, test_table passed, test_many passed, test_slow passed, test_model passed
# earns: 10
"""Nothing is changed."""
