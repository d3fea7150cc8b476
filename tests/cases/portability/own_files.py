# told: own_file 4, own_file 5, own_file 6
"""Files beside the code are not handed in, however they are imported."""

from utils import conv3x3
from .layers import Block
from . import models
import residual_block
