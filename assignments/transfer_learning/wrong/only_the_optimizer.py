# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Nothing is frozen: only the optimizer is given the classifier alone."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    replace_head(base_model, num_classes)
    return base_model


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(list(model.parameters())[-2:], lr=lr)
    history = []
    for epoch in range(epochs):
        model.train()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        running_loss = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
        history.append(running_loss / len(loader.dataset))
    return history
