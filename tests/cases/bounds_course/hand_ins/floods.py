# ends: test_pair[0] raised, test_pair[1] raised, test_pair[2] raised, test_pair[3] raised, test_pair[4] raised, test_pair[5] raised, test_table raised, test_many raised, test_slow raised, test_model raised
# earns: 0
"""Prints, and says in its errors, as much as it may, in characters that files and pages write as escapes."""


class Flood(Exception):
    pass


def flood(n=0):
    print("\x01<&\u202e\U000e0001" * 200_000)
    raise Flood("\x01<&\u202e\U000e0001" * 100_000)


pair = table = many = slow = model = flood
