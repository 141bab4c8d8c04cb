#include "attestation_object.hpp"

#include <optional>

namespace edgeward::access {
namespace {

constexpr unsigned deepest = 8;

enum class Major : std::uint8_t { positive, negative, octets, text, array, map, tag, simple };

struct Head {
    Major major = Major::positive;
    std::uint64_t value = 0;
};

// Takes items off the front. Once something was wrong, nothing is there any more.
class CborReader {
public:
    explicit CborReader(ByteView left) : left_(left) {}

    [[nodiscard]] ByteView left() const { return left_; }

    std::optional<Head> head() {
        if (left_.empty()) return std::nullopt;
        const std::uint8_t first = left_.front();
        left_ = left_.subspan(1);
        const std::uint8_t low = first & 0x1FU;
        Head made{static_cast<Major>(first >> 5U), low};
        if (low < 24) return made;
        if (low > 27) return std::nullopt;  // reserved, or without an end
        const std::size_t width = std::size_t{1} << (low - 24U);
        if (left_.size() < width) return std::nullopt;
        made.value = big_endian(left_.first(width));
        left_ = left_.subspan(width);
        return made;
    }
    // The content of a text or of octets.
    std::optional<ByteView> content(Major major) {
        const auto its = head();
        if (!its || its->major != major || its->value > left_.size()) return std::nullopt;
        const ByteView found = left_.first(static_cast<std::size_t>(its->value));
        left_ = left_.subspan(found.size());
        return found;
    }
    // One item with all that is in it.
    bool skip(unsigned level) {
        if (level > deepest) return false;
        const auto its = head();
        if (!its) return false;
        switch (its->major) {
            case Major::positive:
            case Major::negative:
            case Major::simple:
                return true;
            case Major::octets:
            case Major::text:
                if (its->value > left_.size()) return false;
                left_ = left_.subspan(static_cast<std::size_t>(its->value));
                return true;
            case Major::tag:
                return skip(level + 1);
            case Major::array:
                return skip_all(its->value, level);
            case Major::map:
                return skip_all(its->value, level) && skip_all(its->value, level);
        }
        return false;
    }

private:
    // Each has an octet at least, so that what is left bounds how many there are.
    bool skip_all(std::uint64_t items, unsigned level) {
        if (items > left_.size()) return false;
        for (; items > 0; --items) {
            if (!skip(level + 1)) return false;
        }
        return true;
    }

    ByteView left_;
};

Error malformed(const char* what) {
    return {ErrorKind::invalid_input, std::string("attestation object: ") + what};
}

bool read_member(CborReader& reader, AttestationObject& object) {
    const auto name = reader.content(Major::text);
    if (!name) return false;
    if (text_of(*name) == "fmt" && object.format.data() == nullptr) {
        const auto text = reader.content(Major::text);
        if (text) object.format = text_of(*text);
        return text.has_value();
    }
    if (text_of(*name) == "authData" && object.authenticator_data.data() == nullptr) {
        const auto octets = reader.content(Major::octets);
        if (octets) object.authenticator_data = *octets;
        return octets.has_value();
    }
    if (text_of(*name) == "attStmt" && object.statement.data() == nullptr) {
        const ByteView before = reader.left();
        const bool map = !before.empty() && static_cast<Major>(before.front() >> 5U) == Major::map;
        if (!map || !reader.skip(1)) return false;
        object.statement = before.first(before.size() - reader.left().size());
        return true;
    }
    return false;
}

}  // namespace

Result<AttestationObject> read_attestation_object(ByteView octets) {
    CborReader reader(octets);
    const auto head = reader.head();
    if (!head || head->major != Major::map || head->value != 3)
        return failure(malformed("expected a map of three members"));
    AttestationObject object;
    for (int i = 0; i < 3; ++i) {
        if (!read_member(reader, object))
            return failure(malformed("expected fmt, attStmt and authData, each once"));
    }
    if (!reader.left().empty()) return failure(malformed("expected nothing behind it"));
    return object;
}

Result<AuthenticatorHead> read_authenticator_head(ByteView octets) {
    constexpr std::size_t hash = 32;
    constexpr std::size_t shortest = hash + 1 + 4;
    constexpr std::uint8_t user_present = 0x01;
    if (octets.size() < shortest)
        return failure(ErrorKind::invalid_input, "authenticator data: expected 37 octets at least");
    return AuthenticatorHead{octets.first(hash), (octets[hash] & user_present) != 0,
                             static_cast<std::uint32_t>(big_endian(octets.subspan(hash + 1, 4)))};
}

}  // namespace edgeward::access
