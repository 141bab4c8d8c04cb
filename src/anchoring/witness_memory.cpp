#include "witness_memory.hpp"

#include <algorithm>
#include <charconv>

#include <edgeward/core/file.hpp>

namespace edgeward::anchoring {
namespace {

constexpr std::string_view form = "edgeward-witness-memory 1\ntree ";
constexpr std::size_t longest = std::size_t{64} << 10U;
constexpr unsigned mode = 0600;
constexpr std::size_t digest_octets = std::tuple_size_v<crypto::Digest>;

std::string text_of(const WitnessMemory& memory) {
    std::string text(form);
    text.append(std::to_string(memory.tree.size())).append(" ");
    for (const crypto::Digest& subtree : memory.tree.edge())
        text.append(to_hex(subtree));
    return text.append("\n").append(memory.note);
}

Error malformed() {
    return {ErrorKind::corrupt, "memory of the witness: the file is not of this form"};
}

Result<audit::MerkleTree> tree_of(std::string_view text) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    Bytes octets;
    if (error != std::errc() || end == text.data() + text.size() || *end != ' ' ||
        !from_hex(text.substr(static_cast<std::size_t>(end - text.data()) + 1), octets) ||
        octets.size() % digest_octets != 0)
        return failure(malformed());
    std::vector<crypto::Digest> edge(octets.size() / digest_octets);
    for (std::size_t i = 0; i < edge.size(); ++i)
        std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(i * digest_octets), digest_octets,
                    edge[i].begin());
    return audit::MerkleTree::restore(size, std::move(edge));
}

}  // namespace

Result<WitnessMemory> read_witness_memory(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error) && !error) return WitnessMemory{};
    const auto text = read_file(file, longest);
    if (!text) return failure(Error(text.error()).during("memory of the witness"));
    const std::size_t end = text->find('\n', form.size());
    if (!text->starts_with(form) || end == std::string::npos) return failure(malformed());
    auto tree = tree_of(std::string_view(*text).substr(form.size(), end - form.size()));
    if (!tree) return failure(std::move(tree.error()).during("memory of the witness"));
    return WitnessMemory{*std::move(tree), text->substr(end + 1)};
}

Result<void> write_witness_memory(const std::filesystem::path& file, const WitnessMemory& memory) {
    return write_file_durably(file, bytes_of(text_of(memory)), mode);
}

}  // namespace edgeward::anchoring
