#include <edgeward/admin/control_client.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "target.hpp"

// Whatever parse_target accepts, make_target writes in a form that reads back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::admin;
    const auto target = parse_target({reinterpret_cast<const char*>(data), size});
    if (!target) return 0;
    const auto again = parse_target(make_target(target->path, {target->query.begin(), target->query.end()}));
    if (!again || again->path != target->path || again->query != target->query) std::abort();
    return 0;
}
