# ana_2001_551_two_sums.py
