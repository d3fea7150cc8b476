"""Networks for people: a recorded program as a graph of layers, in words and as a picture."""
