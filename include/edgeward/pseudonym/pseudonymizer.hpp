#pragma once

#include <cstdint>
#include <memory>
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
//   domain    data   = first 100 bits of HMAC-SHA-256( HKDF(master, "edgeward/pseudonym/1/domain/" name),
//   secret )
//             text   = prefix "1-" 20 data symbols, 2 check symbols (Faldum/Pommerening over GF(32))
//             e.g.   RES1-0123456789ACDEFGHJKLFN
//
// The alphabet has 32 symbols without B I O S. The check symbols notice any two wrong symbols. Threads: any.
namespace edgeward::pseudonym {

class Pseudonymizer {
public:
    // `master`: 32 octets, key "pseudonym" of the key ring.
    explicit Pseudonymizer(const Secret& master);
    Pseudonymizer(Pseudonymizer&&) noexcept;
    Pseudonymizer& operator=(Pseudonymizer&&) noexcept;
    Pseudonymizer(const Pseudonymizer&) = delete;
    Pseudonymizer& operator=(const Pseudonymizer&) = delete;
    ~Pseudonymizer();

    // `secret`: the person's 32 random octets.
    [[nodiscard]] model::Pseudonym internal(const Secret& secret) const;
    // `domain`: a destination's or project's name. `prefix`: as is_prefix; aborts otherwise (a bug).
    [[nodiscard]] std::string of_domain(const Secret& secret, std::string_view domain,
                                        std::string_view prefix) const;

    // Names an observation or a report for one domain only, so that two receivers cannot join on our ids.
    // 128 bits of HMAC-SHA-256( HKDF(master, "edgeward/identifier/1/" domain), id ), as a UUID (RFC 9562,
    // version 8).
    [[nodiscard]] std::string domain_uuid(ByteView id, std::string_view domain) const;

    // A number evenly spread over 64 bits that stays the same for one person, domain and `of` (octets that
    // name what it is for): first 64 bits of HMAC-SHA-256( HKDF(master, "edgeward/spread/1/" domain),
    // secret ‖ of ). Nobody without the person's secret can compute it.
    [[nodiscard]] std::uint64_t domain_spread(const Secret& secret, ByteView of,
                                              std::string_view domain) const;

    // The first pipeline stage after mapping: takes the identity off. The report keeps nothing of `from` but
    // the observations, the device and its sequence.
    [[nodiscard]] static model::Report pseudonymize(model::IdentifiedReport&& from,
                                                    const model::Pseudonym& subject,
                                                    const model::Location& location, Instant received);
    // The same for a report without a person; invalid_input when it is about one.
    [[nodiscard]] static Result<model::Report> without_person(model::IdentifiedReport&& from,
                                                              const model::Location& location,
                                                              Instant received);

private:
    struct Keys;
    std::unique_ptr<Keys> keys_;
};

// A pseudonym this gateway made before, read back from its own store or vault. invalid_input: not 16 octets.
Result<model::Pseudonym> recall(ByteView octets);

// 1 to 8 of A-Z and 0-9.
bool is_prefix(std::string_view text) noexcept;

// Checks the text form as a person typed it, and repairs it where exactly one wrong symbol or one swap of
// neighbours explains it; invalid_input otherwise. Small letters are fine, B I O S are read as 8 1 0 5. A
// `corrected` text is a proposal: three wrong symbols, and some pairs, look like a single one, so a person
// confirms it before it is used. The prefix is not covered by the check symbols.
struct CheckedText {
    std::string text;
    bool corrected = false;
};
Result<CheckedText> check_text(std::string_view text);

}  // namespace edgeward::pseudonym
