# told:
"""What notebooks bring along is served by stand-ins, and Python's own modules are there."""

import argparse
import __future__
from IPython.display import display
from google.colab import drive
from torch.utils.tensorboard import SummaryWriter
from tqdm.notebook import tqdm
import ipywidgets
import wandb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
