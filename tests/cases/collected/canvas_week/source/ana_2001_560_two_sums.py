# ana_2001_560_two_sums.py
