#include "container_writer.hpp"

#include <algorithm>

#include "pace.hpp"

namespace edgeward::backup {
namespace {

constexpr unsigned owner_only = 0600;

}  // namespace

ContainerWriter::ContainerWriter(NewFile file, std::string header_text, crypto::StreamSealer sealer)
    : file_(std::move(file)), header_text_(std::move(header_text)), sealer_(std::move(sealer)) {
    chunk_.reserve(chunk_size);
}

Result<ContainerWriter> ContainerWriter::begin(const std::filesystem::path& file,
                                               const ContainerHeader& header, const Secret& key) {
    auto made = NewFile::begin(file, owner_only);
    if (!made) return failure(std::move(made.error()));
    std::string text = write_header(header);
    if (auto added = made->add(bytes_of(text)); !added) return failure(std::move(added.error()));
    crypto::StreamSealer sealer(stream_key(key, text));
    ContainerWriter writer(*std::move(made), std::move(text), std::move(sealer));
    writer.size_ = writer.header_text_.size();
    return writer;
}

Result<void> ContainerWriter::flush(bool last) {
    sealer_.seal(chunk_, last, sealed_);
    chunk_.clear();
    if (auto added = file_.add(sealed_); !added) return added;
    file_.start_writing();
    size_ += sealed_.size();
    return {};
}

// A full chunk is sealed only when more follows: the last one is known at the end only.
Result<void> ContainerWriter::append(ByteView octets) {
    while (!octets.empty()) {
        if (chunk_.size() == chunk_size) {
            if (auto flushed = flush(false); !flushed) return flushed;
        }
        const std::size_t count = std::min(octets.size(), chunk_size - chunk_.size());
        chunk_.insert(chunk_.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count));
        octets = octets.subspan(count);
    }
    return {};
}

Result<void> ContainerWriter::add(const std::string& name, std::string_view content) {
    return add(name, content.size(), 0, [content](std::uint64_t offset, std::span<std::uint8_t> out) {
        std::ranges::copy(bytes_of(content).subspan(offset, out.size()), out.begin());
        return Result<void>();
    });
}

Result<void> ContainerWriter::add(const std::string& name, std::uint64_t size, std::uint64_t rate,
                                  const ReadPart& read) {
    if (!is_part_name(name)) return failure(ErrorKind::invalid_input, "not a name for a part of a backup");
    if (auto added = append(part_head(name, size)); !added) return added;
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, chunk_size)));
    crypto::Sha256 hash;
    Pace pace(rate);
    for (std::uint64_t offset = 0; offset < size;) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - offset));
        const auto piece = std::span(buffer).first(count);
        if (auto got = read(offset, piece); !got) return got;
        hash.add(piece);
        if (auto added = append(piece); !added) return added;
        offset += count;
        pace.passed(count);
    }
    parts_.push_back({name, size, hash.finish(), false});
    return {};
}

void ContainerWriter::leave_out_newest() {
    parts_.back().left_out = true;
}

Result<std::string> ContainerWriter::finish(Manifest manifest, const Secret& signing_seed) {
    manifest.parts = parts_;
    std::string text = write_manifest(manifest);
    const auto signature = sign_manifest(header_text_, text, signing_seed);
    if (auto added = append(payload_end(text, signature)); !added) return failure(std::move(added.error()));
    if (auto flushed = flush(true); !flushed) return failure(std::move(flushed.error()));
    if (auto synced = file_.sync(); !synced) return failure(std::move(synced.error()));
    return text;
}

Result<void> ContainerWriter::publish() {
    return file_.publish();
}

}  // namespace edgeward::backup
