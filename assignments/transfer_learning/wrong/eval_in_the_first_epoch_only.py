# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The model is in eval mode until the evaluation of the first epoch calls train() again."""


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    history = []
    model.eval()
    for epoch in range(epochs):
        running_loss = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
        history.append(running_loss / len(loader.dataset))
        model.eval()
        with torch.no_grad():
            correct = sum((model(x).argmax(1) == y).sum().item() for x, y in loader)
        print(f"epoch {epoch + 1}: {correct / len(loader.dataset):.2%}")
        model.train()
    return history
