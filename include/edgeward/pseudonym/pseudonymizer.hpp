#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/model/report.hpp>

// Pseudonyms: made from a random secret per person that only the vault holds, so destroying the secret makes
// re-linking impossible (docs/pseudonym-format.md, version 1).
//
//   internal  octets = first 128 bits of HMAC-SHA-256( HKDF(master, "edgeward/pseudonym/1/store"), secret )
//   domain    data   = first 100 bits of HMAC-SHA-256( HKDF(master, "edgeward/pseudonym/1/domain/" name), secret )
//             text   = prefix "1-" 20 data symbols, 2 check symbols (Faldum/Pommerening over GF(32))
//             e.g.   RES1-4K0ZA7…
//
// The alphabet has 32 symbols without B I O S. The check symbols detect any two wrong symbols and correct one wrong
// symbol or one swap of neighbours. Threads: any.
namespace edgeward::pseudonym {

class Pseudonymizer {
public:
    // `master`: 32 octets, key "pseudonym" of the key ring.
    explicit Pseudonymizer(const Secret& master);

    // `secret`: the person's 32 random octets.
    [[nodiscard]] model::Pseudonym internal(const Secret& secret) const;
    // `prefix`: 1 to 8 letters A-Z, digits; `domain`: a destination's or project's name.
    [[nodiscard]] std::string of_domain(const Secret& secret, std::string_view domain, std::string_view prefix) const;

    // Names an observation or a report for one domain only, so that two receivers cannot join on our ids.
    // 128 bits of HMAC-SHA-256( HKDF(master, "edgeward/identifier/1/" domain), id ), as a UUID (RFC 9562, version 8).
    [[nodiscard]] std::string domain_uuid(ByteView id, std::string_view domain) const;

    // The first pipeline stage after mapping: takes the identity off. The report keeps nothing of `from` but the
    // observations, the device and its sequence.
    [[nodiscard]] static model::Report pseudonymize(model::IdentifiedReport&& from, const model::Pseudonym& subject,
                                                    const model::Location& location, Instant received);
    // The same for a report without a person; invalid_input when it is about one.
    [[nodiscard]] static Result<model::Report> without_person(model::IdentifiedReport&& from,
                                                              const model::Location& location, Instant received);

private:
    Secret master_;
    Secret internal_key_;
};

// A pseudonym this gateway made before, read back from its own store or vault. invalid_input: not 16 octets.
Result<model::Pseudonym> recall(ByteView octets);

// Checks and repairs the text form. `corrected` tells whether one symbol or swap was mended.
struct CheckedText {
    std::string text;
    bool corrected = false;
};
Result<CheckedText> check_text(std::string_view text);

}  // namespace edgeward::pseudonym
