#pragma once

#include <string_view>

#include <edgeward/core/time.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// An HTTP answer to an object, borrowed.
struct StowAnswer {
    unsigned status = 0;
    std::string_view body;
    std::string_view retry_after;  // header value; empty: none
};

// What it means for the object with that SOP instance UID, as open_stow_transport says. The server's words go
// to Error::foreign, at most 4096 octets.
Outcome judge_stow_answer(const StowAnswer& answer, std::string_view sop_instance, Instant now);

}  // namespace edgeward::transport
