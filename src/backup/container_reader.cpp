#include "container_reader.hpp"

#include <algorithm>

#include "container_writer.hpp"
#include "part_names.hpp"

namespace edgeward::backup {
namespace {

constexpr std::uint64_t sealed_chunk_size = chunk_size + crypto::stream_tag_size;
constexpr std::uint64_t longest_key_ring = 65536;

Result<std::ifstream> open_stream(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return failure(ErrorKind::unavailable, file.string() + " cannot be read");
    return stream;
}

Result<ParsedHeader> header_in(std::ifstream& stream, std::string& text) {
    text.resize(longest_header);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    stream.clear();
    auto parsed = parse_header(text);
    if (parsed) text.resize(parsed->size);
    return parsed;
}

}  // namespace

Result<ContainerHeader> read_header(const std::filesystem::path& file) {
    auto stream = open_stream(file);
    if (!stream) return failure(std::move(stream.error()));
    std::string text;
    auto parsed = header_in(*stream, text);
    if (!parsed) return failure(std::move(parsed.error()).during(file.string()));
    return std::move(parsed->header);
}

ContainerReader::ContainerReader(std::ifstream stream, ParsedHeader parsed, std::string header_text,
                                 std::uint64_t left, Secret key)
    : stream_(std::move(stream)),
      parsed_(std::move(parsed)),
      header_text_(std::move(header_text)),
      left_(left),
      key_(std::move(key)),
      opener_(stream_key(key_, header_text_)) {}

Result<ContainerReader> ContainerReader::open(const std::filesystem::path& file, const Unlocking& unlocking) {
    auto stream = open_stream(file);
    if (!stream) return failure(std::move(stream.error()));
    std::string text;
    auto parsed = header_in(*stream, text);
    if (!parsed) return failure(std::move(parsed.error()).during(file.string()));
    auto key = unwrap_container_key(parsed->header, unlocking);
    if (!key) return failure(std::move(key.error()).during(file.string()));
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    if (failed || size < parsed->size)
        return failure(ErrorKind::unavailable, file.string() + " cannot be read");
    stream->seekg(static_cast<std::streamoff>(parsed->size));
    const std::uint64_t left = size - parsed->size;
    return ContainerReader(*std::move(stream), *std::move(parsed), std::move(text), left, *std::move(key));
}

Result<bool> ContainerReader::next(Bytes& chunk) {
    if (ended_) return false;
    const auto count = static_cast<std::size_t>(std::min(left_, sealed_chunk_size));
    sealed_.resize(count);
    stream_.read(reinterpret_cast<char*>(sealed_.data()), static_cast<std::streamsize>(count));
    if (static_cast<std::size_t>(stream_.gcount()) != count)
        return failure(ErrorKind::unavailable, "the backup cannot be read to its end");
    left_ -= count;
    ended_ = left_ == 0;
    if (auto opened = opener_.open(sealed_, ended_, chunk); !opened)
        return failure(std::move(opened.error()));
    return true;
}

Result<void> ContainerReader::read_whole(PayloadParser& parser) {
    Bytes chunk;
    for (auto more = next(chunk);; more = next(chunk)) {
        if (!more) return failure(std::move(more.error()));
        if (!*more) return parser.finish();
        if (auto fed = parser.feed(chunk); !fed) return fed;
    }
}

Result<ContainerReader::Content> ContainerReader::read(const ChooseSink& choose) {
    std::string ring_text;
    PayloadParser parser([&](const std::string& name, std::uint64_t size) -> Result<PartSink> {
        auto sink = choose ? choose(name, size) : Result<PartSink>(PartSink());
        if (!sink || name != part_name::key_ring) return sink;
        if (size > longest_key_ring)
            return failure(ErrorKind::invalid_input, "the backup's key ring is too long");
        return PartSink([&ring_text, chosen = *std::move(sink)](ByteView octets) -> Result<void> {
            ring_text.append(text_of(octets));
            return chosen ? chosen(octets) : Result<void>();
        });
    });
    if (auto whole = read_whole(parser); !whole) return failure(std::move(whole.error()));
    auto manifest = parse_manifest(parser.manifest());
    if (!manifest) return failure(std::move(manifest.error()));
    if (auto fits = check_manifest(*manifest, header(), parser.parts()); !fits)
        return failure(std::move(fits.error()));
    auto keys = crypto::KeyRing::unwrap(ring_text, key_);
    if (!keys) return failure(std::move(keys.error()).during("the backup's key ring"));
    const auto seed = keys->key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    if (!is_signed(header_text_, parser.manifest(), parser.signature(), crypto::public_key_of(*seed)))
        return failure(ErrorKind::corrupt, "the manifest of the backup is not signed by its installation");
    return Content{*std::move(manifest), parser.manifest(), *std::move(keys)};
}

Result<void> ContainerReader::read_beginning(const ChooseSink& choose, std::size_t parts) {
    Bytes chunk;
    PayloadParser parser(choose);
    while (parser.parts().size() <= parts) {
        const auto more = next(chunk);
        if (!more) return failure(more.error());
        if (!*more) return parser.finish();
        if (auto fed = parser.feed(chunk); !fed) return fed;
    }
    return {};
}

}  // namespace edgeward::backup
