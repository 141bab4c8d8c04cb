#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/stream_seal.hpp>

#include "container_header.hpp"
#include "manifest.hpp"
#include "payload_parser.hpp"

namespace edgeward::backup {

// The header of a container, read without a key. invalid_input: not a container; unavailable.
Result<ContainerHeader> read_header(const std::filesystem::path& file);

// Reads one container, front to back. Errors: corrupt (altered, cut off, another key, not what the manifest
// says), invalid_input (not a container of a version that is known), unavailable. One thread.
class ContainerReader {
public:
    static Result<ContainerReader> open(const std::filesystem::path& file, const Unlocking& unlocking);

    [[nodiscard]] const ContainerHeader& header() const noexcept { return parsed_.header; }
    // The key ring inside is wrapped under this key.
    [[nodiscard]] const Secret& container_key() const noexcept { return key_; }

    struct Content {
        Manifest manifest;
        std::string manifest_text;
        crypto::KeyRing keys;
    };
    // Reads everything, gives each part to the sink `choose` names, and proves the whole: stream, parts
    // against the manifest, the manifest's signature by the audit key of the ring inside. Call once.
    Result<Content> read(const ChooseSink& choose);
    // Reads until so many parts are complete: the first is the erasure ledger. Nothing is proven but the
    // chunks read. Call once, instead of read().
    Result<void> read_beginning(const ChooseSink& choose, std::size_t parts = 1);

private:
    ContainerReader(std::ifstream stream, ParsedHeader parsed, std::string header_text, std::uint64_t left,
                    Secret key);
    // The next chunk's content; false after the last.
    Result<bool> next(Bytes& chunk);
    Result<void> read_whole(PayloadParser& parser);

    std::ifstream stream_;
    ParsedHeader parsed_;
    std::string header_text_;
    std::uint64_t left_;  // octets of the stream not read yet
    bool ended_ = false;
    Secret key_;
    crypto::StreamOpener opener_;
    Bytes sealed_;
};

}  // namespace edgeward::backup
