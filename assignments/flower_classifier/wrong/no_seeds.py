# loses: product.code.reproducibility, product.training.accuracy, product.analysis.training_curves, product.analysis.confusion_matrix
# artifacts: pickled_model
# base: right/better_than_validation.py
# removes: set_seed
"""There is no set_seed.

torch.save(model) instead of its state dict.
"""

if __name__ == "__main__":
    torch.manual_seed(0)
    train_loader, val_loader, test_loader = load_data(CONFIG)
    model = create_model()
    freeze_backbone(model)
    history = train_model(model, train_loader, val_loader, CONFIG)
    history["test_acc"], history["test_top5"] = evaluate_model(model, test_loader, CONFIG["device"])
    torch.save(model.state_dict(), "flowers_model.pth")
    with open("history.json", "w") as f:
        json.dump(history, f)
