#include <edgeward/coding/code_table.hpp>

#include <unordered_map>

namespace edgeward::coding {
namespace {

template <typename Key>
using Index = std::unordered_map<Key, const CodeEntry*>;

template <typename Key>
Index<Key> index_by(Key CodeEntry::*field) {
    Index<Key> index;
    for (const CodeEntry& entry : code_table()) {
        if (entry.*field != Key{}) index.emplace(entry.*field, &entry);
    }
    return index;
}

template <typename Key>
const CodeEntry* find(const Index<Key>& index, Key key) {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
}

}  // namespace

const CodeEntry* find_parameter(std::string_view parameter) {
    static const Index<std::string_view> index = index_by(&CodeEntry::parameter);
    return find(index, parameter);
}

const CodeEntry* find_mdc(std::uint32_t mdc) {
    static const Index<std::uint32_t> index = index_by(&CodeEntry::mdc);
    return find(index, mdc);
}

const CodeEntry* find_refid(std::string_view refid) {
    static const Index<std::string_view> index = index_by(&CodeEntry::refid);
    return find(index, refid);
}

std::vector<const CodeEntry*> find_loinc(std::string_view loinc) {
    std::vector<const CodeEntry*> found;
    for (const CodeEntry& entry : code_table()) {
        if (!loinc.empty() && entry.loinc == loinc) found.push_back(&entry);
    }
    return found;
}

std::vector<std::string> parameter_names() {
    std::vector<std::string> names;
    names.reserve(code_table().size());
    for (const CodeEntry& entry : code_table())
        names.emplace_back(entry.parameter);
    return names;
}

model::Code code_of(const CodeEntry& entry) {
    model::Code code;
    code.mdc = entry.mdc;
    code.mdc_refid = entry.refid;
    code.loinc = entry.loinc;
    code.snomed = entry.snomed;
    code.display = entry.name;
    return code;
}

}  // namespace edgeward::coding
