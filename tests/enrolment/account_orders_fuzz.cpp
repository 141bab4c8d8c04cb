#include <cstddef>
#include <cstdint>

#include "account_orders.hpp"

// What comes for an order from the broker.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static_cast<void>(edgeward::enrolment::read_order_answer({reinterpret_cast<const char*>(data), size}));
    return 0;
}
