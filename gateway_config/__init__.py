"""The roof: settings, assembly and the `hall` command. It may know every room; no room knows it."""
