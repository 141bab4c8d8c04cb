#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <edgeward/core/file.hpp>
#include <edgeward/crypto/stream_seal.hpp>

#include "container_header.hpp"
#include "manifest.hpp"

namespace edgeward::backup {

inline constexpr std::size_t chunk_size = std::size_t{1} << 20U;

// Reads part of a content; called from front to back.
using ReadPart = std::function<Result<void>(std::uint64_t offset, std::span<std::uint8_t> out)>;

// Writes one container, front to back. What is not published leaves nothing. Errors: exhausted (disk full),
// unavailable, and those of what is read. One thread.
class ContainerWriter {
public:
    // `key`: 32 fresh random octets, wrapped in `header` already.
    static Result<ContainerWriter> begin(const std::filesystem::path& file, const ContainerHeader& header,
                                         const Secret& key);

    Result<void> add(const std::string& name, std::string_view content);
    // `rate`: octets in a second at most, 0: as fast as it goes.
    Result<void> add(const std::string& name, std::uint64_t size, std::uint64_t rate, const ReadPart& read);
    // The content of the newest part is not needed after all.
    void leave_out_newest();
    // Signs the manifest over the parts so far, seals the last chunk, and waits for the disk. Gives the
    // manifest's octets.
    Result<std::string> finish(Manifest manifest, const Secret& signing_seed);
    Result<void> publish();
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    ContainerWriter(NewFile file, std::string header_text, crypto::StreamSealer sealer);
    Result<void> append(ByteView octets);
    Result<void> flush(bool last);

    NewFile file_;
    std::string header_text_;
    crypto::StreamSealer sealer_;
    Bytes chunk_;
    Bytes sealed_;
    std::vector<PartFacts> parts_;
    std::uint64_t size_ = 0;
};

}  // namespace edgeward::backup
