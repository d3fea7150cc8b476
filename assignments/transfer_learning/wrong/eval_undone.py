# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The batch norms are put into eval mode once, and train() undoes it in the first epoch."""


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    history = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    for epoch in range(epochs):
        model.train()
        running_loss = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
        history.append(running_loss / len(loader.dataset))
    return history
