# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""A break left over from trying things out: only the first batch of each epoch is learnt."""


def train_classifier(model, loader, epochs=1, lr=1e-3):
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    losses = []
    for epoch in range(epochs):
        model.eval()
        for images, labels in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            break
    return losses
