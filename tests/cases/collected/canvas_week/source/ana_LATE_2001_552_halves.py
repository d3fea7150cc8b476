# ana_LATE_2001_552_halves.py
