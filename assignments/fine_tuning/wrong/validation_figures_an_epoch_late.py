# loses: performance.fine_tuning.train_and_evaluate
# base: right/published.py
"""The validation figures are those of the epoch before."""


def train_and_evaluate(model, train_loader, val_loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    for epoch in range(epochs):
        model.train()
        running_loss, correct, total = 0.0, 0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
            correct += (outputs.argmax(1) == labels).sum().item()
            total += labels.size(0)
        history["train_loss"].append(running_loss / total)
        history["train_acc"].append(correct / total)

        model.eval()
        val_loss, correct, total = 0.0, 0, 0
        with torch.no_grad():
            for images, labels in val_loader:
                outputs = model(images)
                val_loss += criterion(outputs, labels).item() * images.size(0)
                correct += (outputs.argmax(1) == labels).sum().item()
                total += labels.size(0)
        previous = getattr(model, "previous", (val_loss / total, correct / total))
        history["val_loss"].append(previous[0])
        history["val_acc"].append(previous[1])
        model.previous = (val_loss / total, correct / total)
        print(f"Epoch {epoch + 1}/{epochs}: val_acc {history['val_acc'][-1]:.3f}")
    return history
