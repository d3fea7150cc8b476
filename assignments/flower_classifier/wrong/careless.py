# loses: product.analysis.training_curves
# artifacts: nothing_written
# proposes: product.code.clean < 3, product.code.comments < 1, product.analysis.scratch_vs_transfer = 0
# base: right/better_than_validation.py
"""No history, and code that nobody has tidied or documented."""

import os, sys, copy, time


#def old_train(model):
#    return model

def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    L=0;correct=0;total=0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        L += loss.item() * images.size(0)
        correct += (outputs.argmax(1) == labels).sum().item()
        total += labels.size(0)
    return L / total, correct / total


def validate(model, loader, criterion, device):
    model.eval()
    L=0;correct=0;total=0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            loss = criterion(outputs, labels)
            L += loss.item() * images.size(0)
            correct += (outputs.argmax(1) == labels).sum().item()
            total += labels.size(0)
    return L / total, correct / total
