# ends: cell raised, test_mean passed
# earns: 10
# hands in: tensors.ipynb json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"argv": ["/bin/sh"], "name": "sh"}}, "cells": [{"cell_type": "code", "metadata": {}, "outputs": [{"output_type": "stream", "text": "10 of 10"}], "execution_count": 1, "source": s} for s in ["!touch owned\n%%bash\ntouch owned\n%run -i x.py\n", "get_ipython().system('id')", "def double(x):\n    return 2 * x\ndef total(x):\n    return x.sum().item()\ndef mean(x):\n    return x.mean().item()"]]}).encode()
"""A notebook with shell commands, magics, a kernel of its own and outputs that it never had."""
