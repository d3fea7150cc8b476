# loses: product.training.augmentation, product.training.lr_scheduler, product.analysis.training_curves
# artifacts: edited_history
# base: right/better_than_validation.py
"""Validation uses the training transform; history["lr"] repeats the initial rate.

The accuracy in history.json was made better.
"""


def load_data(config):
    train_transform, val_transform = get_transforms()
    train_set = datasets.Flowers102(config["data_dir"], split="train", transform=train_transform, download=True)
    val_set = datasets.Flowers102(config["data_dir"], split="val", transform=train_transform, download=True)
    test_set = datasets.Flowers102(config["data_dir"], split="test", transform=val_transform, download=True)
    args = {"batch_size": config["batch_size"], "num_workers": config["num_workers"]}
    train_loader = DataLoader(train_set, shuffle=True, **args)
    val_loader = DataLoader(val_set, shuffle=False, **args)
    test_loader = DataLoader(test_set, shuffle=False, **args)
    return train_loader, val_loader, test_loader


def train_model(model, train_loader, val_loader, config):
    device = config["device"]
    model = model.to(device)
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
        history["lr"].append(config["lr"])
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
