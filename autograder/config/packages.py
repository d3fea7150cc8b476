"""The packages of a course: read from grading.yml, and compared with what is installed."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec

from packaging.requirements import InvalidRequirement, Requirement

from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.model import Assignment, Package

EXPECTED_ENTRY = "a package such as timm>=1.0, or pillow>=10 as PIL"
ALIAS_SEPARATOR = " as "  # before the name that code imports, where it is not the package's own


def read_packages(at: YamlNode) -> tuple[Package, ...]:
    """Return the packages of the key `packages`; add a problem for each wrong or repeated entry."""
    found: dict[str, Package] = {}
    for entry in at.items():
        package = _package(entry)
        if package is None:
            continue
        if package.module in found:
            entry.add_error(f"{package.module} appears twice; keep one", place=at.path)
        found[package.module] = package
    return tuple(found.values())


def _package(entry: YamlNode) -> Package | None:
    text = entry.text()
    wanted, _, module = text.partition(ALIAS_SEPARATOR)
    try:
        requirement = Requirement(wanted)
    except InvalidRequirement:
        requirement = None
    if requirement is None or requirement.extras or requirement.marker or requirement.url:
        if text:
            entry.expect(EXPECTED_ENTRY)
        return None
    module = module.strip() or requirement.name.replace("-", "_")
    if not module.isidentifier():
        entry.expect(EXPECTED_ENTRY)
        return None
    return Package(name=requirement.name, versions=str(requirement.specifier), module=module)


def served_to(assignment: Assignment, packages: Iterable[Package]) -> tuple[Package, ...]:
    """Return those of a course's packages that the code of an assignment may import."""
    return tuple(p for p in packages if p.module not in assignment.hidden_packages)


def installed(package: Package) -> str:
    """Return the version that is installed here; "" where none is, or none is known."""
    try:
        return version(package.name)
    except PackageNotFoundError:
        if find_spec(package.module) is None:
            return ""
    # The list may call a package by the name that code imports. To look there takes long.
    for name in packages_distributions().get(package.module, []):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


def lack_of(package: Package) -> str:
    """Return why this machine lacks a package as the course lists it; "" where it does not."""
    found = installed(package)
    if find_spec(package.module) is None:
        without = (
            f"{found} is installed without its module {package.module}"
            if found
            else "is not installed"
        )
        return f"{package.name} {without}"
    if not Requirement(package.requirement).specifier.contains(found or "0", prereleases=True):
        version_here = found or "of an unknown version"
        return f"{package.name} {version_here} is installed; expected {package.requirement}"
    return ""


def remedy(packages: Sequence[Package]) -> str:
    """Return the command that installs packages."""
    return shlex.join(["python", "-m", "pip", "install", *(p.requirement for p in packages)])


def require_packages(packages: Iterable[Package], file: str) -> None:
    """Raise CourseError where this machine lacks a listed package.

    It has a line for each such package, and the command that installs them.
    """
    lacking = {package: why for package in packages if (why := lack_of(package))}
    if lacking:
        lines = [f"{file}: packages: {why}" for why in lacking.values()]
        raise CourseError(
            *lines, f"nobody was graded; install what is missing: {remedy(tuple(lacking))}"
        )
