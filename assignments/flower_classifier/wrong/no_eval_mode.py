# loses: product.analysis.training_curves
# base: right/better_than_validation.py
"""Neither validate nor evaluate_model switches to eval mode."""


def validate(model, loader, criterion, device):
    total_loss, correct, total = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            loss = criterion(outputs, labels)
            total_loss += loss.item() * images.size(0)
            correct += (outputs.argmax(1) == labels).sum().item()
            total += labels.size(0)
    return total_loss / total, correct / total


def evaluate_model(model, loader, device):
    top1, top5, total = 0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            _, pred = outputs.topk(5, dim=1)
            hits = pred.eq(labels.view(-1, 1))
            top1 += hits[:, 0].sum().item()
            top5 += hits.sum().item()
            total += labels.size(0)
    return top1 / total, top5 / total
