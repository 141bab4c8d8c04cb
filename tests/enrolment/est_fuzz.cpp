#include <cstddef>
#include <cstdint>

#include <edgeward/enrolment/est.hpp>

// What a stranger sends to enrol, and the field that says who it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(edgeward::enrolment::read_enrolment(text));
    static_cast<void>(edgeward::enrolment::basic_password(text));
    static_cast<void>(edgeward::crypto::read_certification_request({data, size}));
    return 0;
}
