#include <edgeward/mapping/mapping.hpp>

#include "application.hpp"
#include "compiled.hpp"
#include "hl7_application.hpp"
#include "json_tree.hpp"
#include "senml.hpp"
#include "sparkplug.hpp"

namespace edgeward::mapping {
namespace {

tl::expected<Tree, MappingFailure> read_tree(const CompiledMapping& mapping,
                                             const model::RawMessage& message) {
    if (mapping.sparkplug) return read_sparkplug(message.payload, message.topic);
    const auto text = text_of(message.payload);
    return mapping.csv ? read_csv(text, *mapping.csv) : Tree::parse(text);
}

}  // namespace

Mapping::Mapping(std::unique_ptr<const CompiledMapping> compiled) : compiled_(std::move(compiled)) {}
Mapping::Mapping(Mapping&&) noexcept = default;
Mapping& Mapping::operator=(Mapping&&) noexcept = default;
Mapping::~Mapping() = default;

const std::string& Mapping::name() const noexcept {
    return compiled_->name;
}
const std::string& Mapping::description() const noexcept {
    return compiled_->description;
}
const std::string& Mapping::version() const noexcept {
    return compiled_->version;
}

tl::expected<MappedMessage, MappingFailure> Mapping::apply(const model::RawMessage& message,
                                                           const DeviceFacts& device) const {
    if (compiled_->hl7)
        return tl::unexpected(MappingFailure{"wrong_format", "the device's mapping reads HL7 messages"});
    auto tree = read_tree(*compiled_, message);
    if (!tree) return tl::unexpected(std::move(tree.error()));
    if (compiled_->sparkplug && !has_metrics(*tree)) return MappedMessage{};
    if (!compiled_->senml) return Application(*compiled_, *tree, message, device).run();
    auto resolved = resolve_senml(*tree);
    if (!resolved) return tl::unexpected(std::move(resolved.error()));
    return Application(*compiled_, *resolved, message, device).run();
}

tl::expected<MappedMessage, MappingFailure> Mapping::apply(const hl7::ResultMessage& message,
                                                           Instant received,
                                                           const DeviceFacts& device) const {
    if (!compiled_->hl7)
        return tl::unexpected(MappingFailure{"wrong_format", "the device's mapping reads no HL7 messages"});
    return Hl7Application(*compiled_, message, received, device).run();
}

bool Mapping::reads_hl7() const noexcept {
    return compiled_->hl7.has_value();
}

const Mapping* MappingSet::find(std::string_view name) const {
    const auto found = mappings_->find(name);
    return found == mappings_->end() ? nullptr : &found->second;
}

std::vector<std::string> MappingSet::names() const {
    std::vector<std::string> names;
    names.reserve(mappings_->size());
    for (const auto& [name, mapping] : *mappings_)
        names.push_back(name);
    return names;
}

}  // namespace edgeward::mapping
