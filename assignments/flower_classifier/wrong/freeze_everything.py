# loses: product.architecture.classifier, product.code.reproducibility, product.analysis.confusion_matrix
# artifacts: matrix_transposed
# base: right/better_than_validation.py
"""freeze_backbone freezes the classifier as well; set_seed forgets NumPy.

Rows and columns of the confusion matrix are exchanged.
"""


def set_seed(seed):
    random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)


def freeze_backbone(model):
    for param in model.parameters():
        param.requires_grad = False


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
            for param in model.fc.parameters():
                param.requires_grad = True
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
