// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {Restricted} from "./access/Restricted.sol";
import {IDepositToken} from "./interfaces/IDepositToken.sol";
import {AccountBook} from "./token/AccountBook.sol";
import {Control} from "./token/Control.sol";

/// @title DepositToken: bank money you hold yourself, whose rules you can read
/// @notice Contracts: start with interfaces/IDepositToken.sol. The parts, each resting on the one above:
///
///   token/AccountBook     balances, policy, the rules applied, `_move`
///   token/Payments        ERC-20
///   token/SignedPayments  ERC-2612, ERC-3009, ERC-5267
///   token/Redemptions     tokens back into bank money
///   token/Issuance        bank deposits into tokens
///   token/Control         tiers, freeze, pause, limits, seizure
///
/// Not upgradeable: what is written here holds for as long as the token does.
contract DepositToken is Control {
    using ShortStrings for string;
    using ShortStrings for ShortString;

    ShortString private immutable _name;
    ShortString private immutable _symbol;
    ShortString private immutable _currency;
    uint8 private immutable _decimals;

    /// @param authority_ The AccessManager that says who may call the `restricted` functions.
    /// @param name_ At most 31 bytes, as the two below; also the EIP-712 domain's name.
    /// @param currency_ ISO 4217 code.
    /// @param decimals_ The currency's ISO 4217 minor unit.
    /// @param utcOffsetSeconds_ Where the day of the daily limits turns, in seconds east of UTC.
    /// @param contractURI_ ERC-7572; the governor can change it.
    constructor(
        address authority_,
        string memory name_,
        string memory symbol_,
        string memory currency_,
        uint8 decimals_,
        int32 utcOffsetSeconds_,
        string memory contractURI_
    ) AccountBook(utcOffsetSeconds_) EIP712(name_, "1") Restricted(authority_) {
        _name = name_.toShortString();
        _symbol = symbol_.toShortString();
        _currency = currency_.toShortString();
        _decimals = decimals_;
        _setContractURI(contractURI_);
    }

    /// @inheritdoc IERC20Metadata
    function name() external view returns (string memory) {
        return _name.toString();
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external view returns (string memory) {
        return _symbol.toString();
    }

    /// @inheritdoc IERC20Metadata
    function decimals() external view returns (uint8) {
        return _decimals;
    }

    /// @inheritdoc IDepositToken
    function currency() external view returns (string memory) {
        return _currency.toString();
    }
}
