# loses: product.analysis.training_curves
# base: right/better_than_validation.py
"""evaluate_model divides by the number of batches."""


def evaluate_model(model, loader, device):
    model.eval()
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
    return 100 * top1 / (len(loader) * loader.batch_size), 100 * top5 / (len(loader) * loader.batch_size)
