"""The double is right and its gradient is lost: half of a criterion.

earns: 8
expect: test_double_lets_the_gradient_through raised
es: Al usar tu código se produjo RuntimeError: `element 0 of tensors does not require grad and does not have a grad_fn`.
en: Using your code raised RuntimeError: `element 0 of tensors does not require grad and does not have a grad_fn`.
"""


def double(x):
    return 2 * x.detach()


def total(x):
    return x.sum().item()


def mean(x):
    return x.mean().item()
