"""Hall's distribution: the rooms are top-level packages, so a reader meets the architecture in the tree."""

from pathlib import Path

from setuptools import find_packages, setup

ROOMS = ["dialogs", "orders", "channels", "gateway_config"]
DATA = ["*.yaml", "*.html", "*.css", "*.js", "*.svg", "*.toml", "*.json", "*.csv", "*.mako", "py.typed"]


def wanted() -> list[str]:
    lines = Path(__file__).with_name("requirements").joinpath("run.in").read_text().split()
    return [line for line in lines if line != "setuptools"]


setup(
    name="hall",
    version="0.1.0",
    description="An operator's service hall by text message, USSD and telephone",
    python_requires=">=3.11",
    packages=find_packages(include=[pattern for room in ROOMS for pattern in (room, f"{room}.*")]),
    package_data={"": [f"**/{name}" for name in DATA]},
    install_requires=wanted(),
    entry_points={"console_scripts": ["hall = gateway_config.command:main"]},
)
