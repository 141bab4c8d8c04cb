#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrma.h>

#include <memory>

#include <edgeward/dicom/object.hpp>

namespace edgeward::dicom {

// A source as DCMTK reads it, with the blocks that were read last in memory.
class OctetProducer final : public DcmProducer {
public:
    OctetProducer(std::shared_ptr<OctetSource> source, std::uint64_t offset)
        : source_(std::move(source)), offset_(offset) {}

    OFBool good() const override { return status_.good(); }
    OFCondition status() const override { return status_; }
    OFBool eos() override { return offset_ >= source_->size(); }
    offile_off_t avail() override { return static_cast<offile_off_t>(source_->size() - offset_); }
    offile_off_t read(void* into, offile_off_t octets) override;
    offile_off_t skip(offile_off_t octets) override;
    void putback(offile_off_t octets) override;

private:
    bool fill();

    std::shared_ptr<OctetSource> source_;  // shared: values that are read later hold it too
    std::uint64_t offset_;
    std::vector<std::uint8_t> block_;
    std::uint64_t block_at_ = 0;
    OFCondition status_ = EC_Normal;
};

class OctetStream final : public DcmInputStream {
public:
    OctetStream(std::shared_ptr<OctetSource> source, std::uint64_t offset)
        : DcmInputStream(&producer_), source_(source), begin_(offset), producer_(std::move(source), offset) {}

    DcmInputStreamFactory* newFactory() const override;

private:
    std::shared_ptr<OctetSource> source_;
    std::uint64_t begin_;
    OctetProducer producer_;
};

}  // namespace edgeward::dicom
