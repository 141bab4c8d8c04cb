"""Parts of a simulated hospital ward: broker, gateway, receivers and the devices that speak to them."""
