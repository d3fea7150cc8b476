# loses: product.training.augmentation, product.code.reproducibility
# base: right/better_than_validation.py
"""ColorJitter(hue=0.5) turns every flower into any colour; train_model shuffles the seed."""


def get_transforms():
    mean = [0.485, 0.456, 0.406]
    std = [0.229, 0.224, 0.225]
    train_transform = transforms.Compose([
        transforms.RandomResizedCrop(224, scale=(0.7, 1.0)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomRotation(30),
        transforms.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2, hue=0.5),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    val_transform = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    return train_transform, val_transform


def train_model(model, train_loader, val_loader, config):
    device = config["device"]
    torch.seed()
    model = model.to(device)
    nn.init.xavier_uniform_(model.fc.weight)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=config["lr"])
    scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    early_stopping = EarlyStopping(config["patience"])
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "lr": []}
    best_acc, best_weights = 0.0, None
    for epoch in range(config["epochs"]):
        if epoch == 5:
            unfreeze_layers(model, 2)
        train_loss, train_acc = train_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_acc = validate(model, val_loader, criterion, device)
        history["lr"].append(optimizer.param_groups[0]["lr"])
        scheduler.step(val_loss)
        history["train_loss"].append(train_loss)
        history["train_acc"].append(train_acc)
        history["val_loss"].append(val_loss)
        history["val_acc"].append(val_acc)
        if val_acc > best_acc:
            best_acc = val_acc
            best_weights = copy.deepcopy(model.state_dict())
        if early_stopping.step(val_loss):
            break
    if best_weights is not None:
        model.load_state_dict(best_weights)
    return history
