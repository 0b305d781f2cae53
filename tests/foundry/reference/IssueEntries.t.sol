// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IssueEntry} from "../../../contracts/interfaces/IDepositToken.sol";
import {IssueEntries} from "../../../contracts/libraries/IssueEntries.sol";
import {Check} from "../Check.sol";

/// The same function twice: with the compiler's own decoding, and with IssueEntries.
contract Plain {
    function read(IssueEntry[] calldata entries, uint256 i)
        external
        pure
        virtual
        returns (uint256, bytes16, address, uint256)
    {
        IssueEntry calldata one = entries[i];
        return (one.number, one.ref, one.holder, one.amount);
    }
}

contract Fast {
    function read(IssueEntry[] calldata entries, uint256 i)
        external
        pure
        returns (uint256, bytes16, address, uint256)
    {
        if (i >= entries.length) return (0, 0, address(0), 0); // the caller's loop checks it
        return IssueEntries.read(entries, i);
    }
}

contract IssueEntriesTest is Check {
    Plain private _plain = new Plain();
    Fast private _fast = new Fast();

    function testFuzz_wellFormed(IssueEntry[] memory entries, uint256 i) public view {
        if (entries.length == 0) return;
        i %= entries.length;
        bytes memory data = abi.encodeCall(Plain.read, (entries, i));
        (bool done, bytes memory answer) = _equal(data);
        so("read", done);
        so("the entry", keccak256(answer) == keccak256(abi.encode(entries[i])));
    }

    /// Bits above or below what a field's type holds, in any word of one entry.
    function testFuzz_illFormed(IssueEntry memory one, uint256 field, uint256 noise) public view {
        IssueEntry[] memory entries = new IssueEntry[](2);
        entries[1] = one;
        bytes memory data = abi.encodeCall(Plain.read, (entries, 1));
        uint256 place = 4 + 32 * (7 + field % 4);
        assembly ("memory-safe") {
            let word := add(add(data, 32), place)
            mstore(word, xor(mload(word), noise))
        }
        _equal(data);
    }

    function test_oneBitTooMany() public view {
        IssueEntry[] memory entries = new IssueEntry[](1);
        bytes memory data = abi.encodeCall(Plain.read, (entries, 0));
        for (uint256 bit = 0; bit < 256; ++bit) {
            bytes memory ref = bytes.concat(data);
            bytes memory holder = bytes.concat(data);
            assembly ("memory-safe") {
                mstore(add(ref, 164), shl(bit, 1)) // 32 + 4 + 32 · 4
                mstore(add(holder, 196), shl(bit, 1))
            }
            (bool done,) = _equal(ref);
            so("ref", done == (bit >= 128));
            (done,) = _equal(holder);
            so("holder", done == (bit < 160));
        }
    }

    function _equal(bytes memory data) private view returns (bool done, bytes memory answer) {
        (done, answer) = address(_plain).staticcall(data);
        (bool done_, bytes memory answer_) = address(_fast).staticcall(data);
        so("both or neither", done == done_);
        so("the same answer", keccak256(answer) == keccak256(answer_));
    }
}
