"""The mock exam. What delivers one is in `sitting` and can reach no key; what explains one is in `routes`."""
