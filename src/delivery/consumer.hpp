#pragma once

#include <edgeward/delivery/destination_settings.hpp>

namespace edgeward::delivery {

// What a destination and a client of the FHIR server have in common: who it is, for what it gets data, how
// much of a person goes with it, and which. The rest is left at its defaults.
DestinationSettings read_consumer(config::Section& section);

}  // namespace edgeward::delivery
