#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace edgeward {

// What the caller can do about a failure. Callers branch on the kind; the message is for people.
enum class ErrorKind : std::uint8_t {
    invalid_input,  // the bytes are wrong and will stay wrong: quarantine or refuse, do not retry
    unavailable,    // a peer, device or file did not answer: retry with backoff and jitter
    ambiguous,      // the peer may have processed it: resend with the same identifiers, count
    rejected,       // the peer said no: dead letter
    exhausted,      // a bounded queue, quota or disk is full: slow the producer down
    denied,         // policy, consent or missing privilege: refuse and audit
    corrupt,        // stored data fails verification: stop and call a person
    misconfigured,  // only the operator can mend it: refuse to start
};

// "invalid_input", "unavailable", … for logs, metrics and JSON.
std::string_view name_of(ErrorKind kind) noexcept;

// A failure as a value. `message` is our own words and safe to log: never patient data, key material or
// payload octets. `foreign` is what the other side said (HL7 ERR text, OperationOutcome, server text); it may
// contain personal data, is stored only encrypted and never logged.
struct Error {
    ErrorKind kind = ErrorKind::invalid_input;
    std::string message;
    std::string foreign = {};

    // Adds what was being done: "open store: database is locked".
    [[nodiscard]] Error during(std::string_view activity) && {
        message.insert(0, ": ").insert(0, activity);
        return std::move(*this);
    }
};

// Success or an Error. Reading the wrong side aborts (assertions stay on).
template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message,
                                                   std::string foreign = {}) {
    return tl::unexpected<Error>(Error{kind, std::move(message), std::move(foreign)});
}
[[nodiscard]] inline tl::unexpected<Error> failure(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

// invalid_input "<field>: expected one of <words>" unless the word is one of them; it is not repeated.
Result<void> expect_one_of(std::span<const std::string_view> words, std::string_view word,
                           std::string_view field);

}  // namespace edgeward
