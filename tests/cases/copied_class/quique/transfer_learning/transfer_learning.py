import torch
import torch.nn as nn
from torchvision import models, transforms

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_pretrained(name="resnet18"):
    net = models.get_model(name, weights="DEFAULT")
    net = net.to(DEVICE)
    return net


def congelar(red):
    for p in red.parameters():
        p.requires_grad = False


def cambiar_capa(red, salida):
    if hasattr(red, "fc"):
        entrada = red.fc.in_features
        red.fc = nn.Linear(entrada, salida).to(DEVICE)
    else:
        if hasattr(red, "classifier"):
            if isinstance(red.classifier, nn.Sequential):
                i = len(red.classifier) - 1
                while not isinstance(red.classifier[i], nn.Linear):
                    i -= 1
                entrada = red.classifier[i].in_features
                red.classifier[i] = nn.Linear(entrada, salida).to(DEVICE)
            else:
                entrada = red.classifier.in_features
                red.classifier = nn.Linear(entrada, salida).to(DEVICE)
        else:
            if hasattr(red, "heads"):
                entrada = red.heads.head.in_features
                red.heads.head = nn.Linear(entrada, salida).to(DEVICE)
            else:
                entrada = red.head.in_features
                red.head = nn.Linear(entrada, salida).to(DEVICE)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone == True:
        congelar(base_model)
    cambiar_capa(base_model, num_classes)
    return base_model


def imagenet_transform():
    transformaciones = transforms.Compose([
        transforms.Resize((256)),
        transforms.CenterCrop((224)),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406],
                             std=[0.229, 0.224, 0.225])
    ])
    return transformaciones


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterio = nn.CrossEntropyLoss()
    optimizador = torch.optim.Adam([p for p in model.parameters() if p.requires_grad == True], lr=lr)
    perdidas = []
    for epoca in range(epochs):
        model.eval()
        perdida_total = 0
        numero = 0
        for imagenes, etiquetas in loader:
            imagenes = imagenes.to(DEVICE)
            etiquetas = etiquetas.to(DEVICE)
            salida = model(imagenes)
            perdida = criterio(salida, etiquetas)
            optimizador.zero_grad()
            perdida.backward()
            optimizador.step()
            perdida_total = perdida_total + perdida.item() * len(imagenes)
            numero = numero + len(imagenes)
        media = perdida_total / numero
        perdidas.append(media)
    return perdidas
