# proposes: product.code.clean 3/4
# earns: 6
# artifacts: no_claim

# ruff: noqa
# flake8: noqa
"""Every convention is broken, and comments tell the linter not to look."""
import os, sys, re, json as J  # noqa
import torch
from torch import nn
class m(nn.Module):
    def __init__(Self,N):
        super().__init__(); Self.fc=nn.Linear(3,N)
    def forward(Self,x): return Self.fc(x.mean((2,3)))
def create_model(num_classes=102,pretrained=True): return m(num_classes)
l=1;O=2;I=lambda: l
def F(A,b,L=[],l=1):  # noqa: E701
    try:
        x=1;y=2
        if A==None: return l
    except: pass
def G(Q):
  for I in range(3): lambda: I
  return eval("1")
class k:
    def M(Self): l=1; O=2; return 0
def H(Z,L=[]):
    try:
        if Z==True: return l
    except: pass
