#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/signature.hpp>

// What is inside a container after its stream is opened (docs/backup-format.md): parts, then the manifest.
//
//   part = 01 ‖ length of name (1) ‖ name ‖ size (8) ‖ content        end = 00 ‖ size (4) ‖ manifest ‖
//   signature (64)
namespace edgeward::backup {

struct PartFacts {
    std::string name;
    std::uint64_t size = 0;
    crypto::Digest sha256{};
    bool left_out = false;  // its content is not needed (a write-ahead log that was in the file already)
};

// Takes the content of one part, piece by piece.
using PartSink = std::function<Result<void>(ByteView)>;
// Gives the sink of a part that begins; an empty one skips its content.
using ChooseSink = std::function<Result<PartSink>(const std::string& name, std::uint64_t size)>;

// "keyring", "configuration/mappings/monitor_flat.toml": lower case, digits, - _ . and single slashes, no
// component that begins with a dot. Safe as a relative file name.
bool is_part_name(std::string_view name);
Bytes part_head(const std::string& name, std::uint64_t size);
Bytes payload_end(std::string_view manifest, const crypto::Signature& signature);

// Fed with pieces cut anywhere. A value type; one thread.
class PayloadParser {
public:
    explicit PayloadParser(ChooseSink choose) : choose_(std::move(choose)) {}

    // invalid_input: not a payload of version 1; otherwise what a sink said.
    Result<void> feed(ByteView octets);
    // After the last piece. invalid_input: it breaks off.
    [[nodiscard]] Result<void> finish() const;

    [[nodiscard]] const std::vector<PartFacts>& parts() const noexcept { return parts_; }
    [[nodiscard]] const std::string& manifest() const noexcept { return manifest_; }
    [[nodiscard]] const crypto::Signature& signature() const noexcept { return signature_; }

private:
    enum class State : std::uint8_t {
        tag,
        name_length,
        name,
        size,
        content,
        manifest_size,
        manifest,
        signature,
        ended
    };
    Result<void> advance();
    Result<void> begin_part();
    Result<void> end_part();
    Result<void> take_content(ByteView& octets);
    void await(State state, std::size_t octets);

    ChooseSink choose_;
    PartSink sink_;
    State state_ = State::tag;
    Bytes field_;             // of the present state
    std::size_t wanted_ = 1;  // octets of the field
    std::uint64_t left_ = 0;  // octets of the part's content
    crypto::Sha256 hash_;
    std::vector<PartFacts> parts_;
    std::string manifest_;
    crypto::Signature signature_{};
};

}  // namespace edgeward::backup
